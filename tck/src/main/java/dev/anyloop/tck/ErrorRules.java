package dev.anyloop.tck;

/** Chapter ERR of the specification: errors, their kinds and their messages. */
abstract class ErrorRules extends Chapter {}
