package dev.anyloop.core.turn;

/** Something that was written to since it was last offered to the engine. */
@FunctionalInterface
public interface Unflushed {

    /** Offers what was written to the engine, unless that has happened meanwhile. */
    void flushQueued();
}
