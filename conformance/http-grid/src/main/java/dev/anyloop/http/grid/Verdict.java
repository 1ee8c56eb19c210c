package dev.anyloop.http.grid;

import dev.anyloop.http.protocol.Case;
import dev.anyloop.http.protocol.Rule;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How what a server made of a case stands to the table. */
enum Verdict {

    /** It read what the table says, all of it. */
    READ,
    /** It read less: it refused, or waits. */
    REFUSED,
    /** It read what the table says, and then what cannot be read. */
    ACCEPTED,
    /** It read something else. */
    OTHER;

    /** Who accepts these is of another opinion, and nothing worse: none of them says where a message ends or whom it is for. */
    private static final Set<Rule> HARMLESS = EnumSet.of(Rule.METHOD, Rule.METHOD_TOO_LONG, Rule.REQUEST_LINE, Rule.TARGET_FORM, Rule.VERSION,
            Rule.VERSION_UNKNOWN, Rule.FIELD_NAME, Rule.FIELD_WITHOUT_COLON, Rule.HOST_MISSING, Rule.EXPECTATION);
    private static final Pattern REFUSAL = Pattern.compile("!([A-Z0-9_]+)$");
    private static final Pattern MESSAGE = Pattern.compile("(?s)(\\S+) .*? 1\\.[01](?: \\[[^<]*?\\])*( close)?(?: expects)?(?: <(.*)>)?(?: \\{.*\\})? end;");
    private static final Pattern FRAMED = Pattern.compile("(?i)transfer-encoding|content-length");
    private static final Pattern BROKEN_LINE = Pattern.compile("\r(?!\n)|(?<!\r)\n|\r\n[ \t]|[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\xff]");

    static boolean isValid(Case it) {
        return !REFUSAL.matcher(it.expected()).find();
    }

    /**
     * Whether it may be told who accepts it. What else is refused by the table is what smuggling is made of: a list of servers that accept it would be a
     * recipe.
     */
    static boolean mayBeTold(Case it) {
        Matcher refusal = REFUSAL.matcher(it.expected());
        return !refusal.find() || HARMLESS.contains(Rule.valueOf(refusal.group(1))) && !BROKEN_LINE.matcher(it.bytes()).find()
                && !FRAMED.matcher(it.bytes()).find();
    }

    /** Of those, a server that waits is right, and the grid has nothing to say. */
    static boolean isCutOff(Case it) {
        return it.expected().isEmpty() || it.expected().endsWith("!TRUNCATED");
    }

    /** What a server that reads as the table says has to tell: of each request, up to one that closes, its method and body. */
    static List<String> expected(Case it) {
        List<String> texts = new ArrayList<>();
        for (String message : it.expected().split("(?<=end;)")) {
            Matcher matcher = MESSAGE.matcher(message);
            if (matcher.matches()) {
                boolean head = matcher.group(1).equals("HEAD");
                texts.add(head ? "" : matcher.group(1) + " " + (matcher.group(3) == null ? "" : matcher.group(3)));
                if (matcher.group(2) != null) {
                    break;
                }
            }
        }
        return texts;
    }

    static Verdict of(Case it, Asked asked, boolean tellsBodies) {
        if (isValid(it) && asked.answers().stream().anyMatch(answer -> answer.status() == 0)) {
            return OTHER;
        }
        List<String> expected = expected(it);
        List<String> read = new ArrayList<>();
        for (Asked.Answer answer : asked.answers()) {
            if (!answer.accepts()) {
                break;
            }
            read.add(answer.text());
        }
        for (int i = 0; i < Math.min(read.size(), expected.size()); i++) {
            String said = expected.get(i);
            if (!read.get(i).equals(tellsBodies ? said : said.substring(0, said.indexOf(' ') + 1))) {
                return OTHER;
            }
        }
        if (read.size() < expected.size()) {
            return REFUSED;
        }
        return read.size() > expected.size() ? isValid(it) ? OTHER : ACCEPTED : isValid(it) ? READ : REFUSED;
    }
}
