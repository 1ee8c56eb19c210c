package dev.anyloop.http.protocol;

/**
 * What breaks a rule and can be let pass, each by its name. Where two programs read the same bytes in different ways, requests can be
 * smuggled past one of them (RFC 9112, 11.2): allow none of it on a server behind others that may read them otherwise.
 */
public enum Leniency {

    /** A line may end in LF alone ({@link Rule#BARE_LF}); in chunks it may not. */
    BARE_LF,

    /** A field may go on in the next line, if that begins with a space; the break is read as spaces ({@link Rule#OBS_FOLD}). */
    OBS_FOLD,

    /** A length may be repeated, as long as it is the same ({@link Rule#CONTENT_LENGTH_TWICE}). */
    EQUAL_CONTENT_LENGTHS,

    /** A status line may end after its number, without the space that belongs there ({@link Rule#STATUS_LINE}). */
    STATUS_WITHOUT_SPACE
}
