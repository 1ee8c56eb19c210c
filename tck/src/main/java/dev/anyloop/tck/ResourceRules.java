package dev.anyloop.tck;

/** Chapter RES of the specification: nothing is leaked, nothing is wasted. */
abstract class ResourceRules extends Chapter {}
