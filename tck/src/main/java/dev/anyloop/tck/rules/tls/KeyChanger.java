package dev.anyloop.tck.rules.tls;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/** An engine that wants new keys just before it says goodbye. */
final class KeyChanger extends OtherEngine {

    // loop thread
    private boolean changed;

    KeyChanger(SSLEngine engine) {
        super(engine);
    }

    @Override
    public void closeOutbound() {
        if (!changed) {
            changed = true;
            try {
                engine.beginHandshake();
            } catch (SSLException e) {
                throw new AssertionError("no change of keys", e);
            }
        }
        super.closeOutbound();
    }
}
