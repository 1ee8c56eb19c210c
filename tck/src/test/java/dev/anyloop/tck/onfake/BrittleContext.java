package dev.anyloop.tck.onfake;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/** A context whose engines are those of the JDK, but for one record that they fail to make: they end instead. */
final class BrittleContext extends SSLContext {

    /** @param wrap which record is not made; the first is 1, and with 0 there is not even an engine */
    BrittleContext(SSLContext sound, int wrap) {
        super(new Spi(sound, wrap), sound.getProvider(), sound.getProtocol());
    }

    private static final class Spi extends SSLContextSpi {

        private final SSLContext sound;
        private final int wrap;

        Spi(SSLContext sound, int wrap) {
            this.sound = sound;
            this.wrap = wrap;
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            if (wrap == 0) {
                throw new NoClassDefFoundError("this provider is brittle");
            }
            return new Engine(sound.createSSLEngine(), wrap);
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return new Engine(sound.createSSLEngine(host, port), wrap);
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return sound.getSocketFactory();
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            return sound.getServerSocketFactory();
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return sound.getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return sound.getClientSessionContext();
        }
    }

    /** When it has failed it takes nothing any more, as those of the JDK. */
    private static final class Engine extends SSLEngine {

        private final SSLEngine sound;
        private int left; // until the one that fails

        Engine(SSLEngine sound, int wrap) {
            this.sound = sound;
            this.left = wrap;
        }

        @Override
        public SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer target) throws SSLException {
            if (--left == 0) {
                sound.closeOutbound(); // by which it has something to say to the peer
                throw new SSLException("this engine is brittle");
            }
            return sound.wrap(sources, offset, length, target);
        }

        @Override
        public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] targets, int offset, int length) throws SSLException {
            return left <= 0 ? new SSLEngineResult(Status.CLOSED, getHandshakeStatus(), 0, 0) : sound.unwrap(source, targets, offset, length);
        }

        @Override
        public Runnable getDelegatedTask() {
            return sound.getDelegatedTask();
        }

        @Override
        public void closeInbound() throws SSLException {
            sound.closeInbound();
        }

        @Override
        public boolean isInboundDone() {
            return sound.isInboundDone();
        }

        @Override
        public void closeOutbound() {
            sound.closeOutbound();
        }

        @Override
        public boolean isOutboundDone() {
            return sound.isOutboundDone();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return sound.getSupportedCipherSuites();
        }

        @Override
        public String[] getEnabledCipherSuites() {
            return sound.getEnabledCipherSuites();
        }

        @Override
        public void setEnabledCipherSuites(String[] suites) {
            sound.setEnabledCipherSuites(suites);
        }

        @Override
        public String[] getSupportedProtocols() {
            return sound.getSupportedProtocols();
        }

        @Override
        public String[] getEnabledProtocols() {
            return sound.getEnabledProtocols();
        }

        @Override
        public void setEnabledProtocols(String[] protocols) {
            sound.setEnabledProtocols(protocols);
        }

        @Override
        public SSLSession getSession() {
            return sound.getSession();
        }

        @Override
        public SSLSession getHandshakeSession() {
            return sound.getHandshakeSession();
        }

        @Override
        public void beginHandshake() throws SSLException {
            sound.beginHandshake();
        }

        @Override
        public HandshakeStatus getHandshakeStatus() {
            return sound.getHandshakeStatus();
        }

        @Override
        public void setUseClientMode(boolean mode) {
            sound.setUseClientMode(mode);
        }

        @Override
        public boolean getUseClientMode() {
            return sound.getUseClientMode();
        }

        @Override
        public void setNeedClientAuth(boolean need) {
            sound.setNeedClientAuth(need);
        }

        @Override
        public boolean getNeedClientAuth() {
            return sound.getNeedClientAuth();
        }

        @Override
        public void setWantClientAuth(boolean want) {
            sound.setWantClientAuth(want);
        }

        @Override
        public boolean getWantClientAuth() {
            return sound.getWantClientAuth();
        }

        @Override
        public void setEnableSessionCreation(boolean flag) {
            sound.setEnableSessionCreation(flag);
        }

        @Override
        public boolean getEnableSessionCreation() {
            return sound.getEnableSessionCreation();
        }

        @Override
        public SSLParameters getSSLParameters() {
            return sound.getSSLParameters();
        }

        @Override
        public void setSSLParameters(SSLParameters parameters) {
            sound.setSSLParameters(parameters);
        }

        @Override
        public String getApplicationProtocol() {
            return sound.getApplicationProtocol();
        }

        @Override
        public String getHandshakeApplicationProtocol() {
            return sound.getHandshakeApplicationProtocol();
        }
    }
}
