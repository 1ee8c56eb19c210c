package dev.anyloop.adapters;

/** How a task runs again. */
enum Repeat { NEVER, AT_RATE, AFTER_DELAY }
