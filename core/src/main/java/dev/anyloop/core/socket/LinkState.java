package dev.anyloop.core.socket;

import dev.anyloop.core.turn.LoopCounters;

/**
 * Where a {@link Link} stands, which makes all the transitions.
 *
 * <pre>
 *  CONNECTING ──connected──▶ OPEN ──close()──▶ FLUSHING ──all sent──▶ LINGERING
 *      │                      │                    │                      │ peer silent or ended
 *      │ close() abort()      │ abort()            │ abort()              │ abort()
 *      │ fail                 │ fail, both ended   │ fail, peer had ended │ fail
 *      ▼                      ▼                    ▼                      ▼
 *  RELEASING ◀────────────────┴────────────────────┴──────────────────────┘
 *      │ the engine's handle is gone
 *      ▼
 *   CLOSED ──▶ onClose
 * </pre>
 */
enum LinkState {
    CONNECTING, OPEN, FLUSHING, LINGERING, RELEASING, CLOSED;

    /** As the user sees it. */
    boolean isUsable() {
        return this == CONNECTING || this == OPEN;
    }

    /** Whether there is nothing left to do but to wait for the engine, or not even that. */
    boolean isOver() {
        return this == RELEASING || this == CLOSED;
    }

    /** So many more are in this state. */
    void count(LoopCounters counters, int change) {
        switch (this) {
            case CONNECTING -> counters.connectingSockets.add(change);
            case OPEN -> counters.openSockets.add(change);
            case FLUSHING, LINGERING, RELEASING -> counters.closingSockets.add(change);
            case CLOSED -> { }
        }
    }
}
