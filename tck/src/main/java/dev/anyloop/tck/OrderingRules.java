package dev.anyloop.tck;

/** Chapter ORDER of the specification: the order of callbacks, and what may be called inside them. */
abstract class OrderingRules extends Chapter {}
