package dev.anyloop;

import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A change of the API is to be seen in its commit. */
class SignaturesTest {

    private static final Path COMMITTED = Path.of("api.txt"); // tests run in the directory of their module

    @Test
    void thePublicSignaturesAreThoseCommitted() throws Exception {
        List<String> actual = Signatures.ofApi();
        if (Boolean.getBoolean("api.update")) {
            Files.write(COMMITTED, actual);
        }
        List<String> committed = Files.readAllLines(COMMITTED);
        if (!actual.equals(committed)) {
            fail("The API is not what api/api.txt says.\n"
                    + difference("removed", committed, actual) + difference("added", actual, committed)
                    + "If that is meant, run\n"
                    + "  mvn -q test -pl api -Dtest=SignaturesTest -Dapi.update=true\n"
                    + "and commit api/api.txt with the change.");
        }
    }

    private static String difference(String word, List<String> lines, List<String> others) {
        List<String> members = members(lines);
        members.removeAll(members(others));
        StringBuilder text = new StringBuilder();
        members.forEach(member -> text.append("  ").append(word).append(": ").append(member).append('\n'));
        return text.toString();
    }

    /** Every line with the type it belongs to. */
    private static List<String> members(List<String> lines) {
        List<String> members = new ArrayList<>();
        String type = "";
        for (String line : lines) {
            if (line.startsWith(" ")) {
                members.add(type + " { " + line.strip() + " }");
            } else {
                type = line;
                members.add(type);
            }
        }
        return members;
    }
}
