package dev.anyloop;

/**
 * There is no backend to open a loop with. The message lists what was found, why each is unavailable, and what to add to
 * the class path or to install.
 */
public final class BackendUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Made by discovery, and by a provider whose engine turns out to be unfit when it is opened.
     *
     * @param message names the value and the way out
     */
    public BackendUnavailableException(String message) {
        super(message);
    }

    /**
     * Made by discovery, and by a provider whose engine turns out to be unfit when it is opened.
     *
     * @param message names the value and the way out
     * @param cause why
     */
    public BackendUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
