/** Backends on other versions of the libraries they run on than the one they were built with. */
package dev.anyloop.conformance.versions;
