#!/bin/sh
# Apache MINA's TextLineDecoder finds the same delimiter in the same bytes or does not, depending on where the network has cut them: if a
# read ends within what may be the delimiter, two messages come as one, later.
#
# The delimiter here is "--" and a line feed, and a message may end in a hyphen, "3-" say, so that the bytes are "3---\n". The decoder has
# seen two hyphens when the third comes where the line feed should be; what is right is to go on with two of the three. It goes back by as
# many bytes as it had matched and begins anew, but only within the bytes of this read, and the first two came with the one before. So all
# is well if the bytes come in one piece, as they do in tests and on one machine, and not if they are cut behind "3--" or come one by one.
# It takes a delimiter that begins with the same byte twice; with the default, AUTO, it does not happen.
#
# Seen with MINA 2.2.5, JDK 17 and 25. Source: org.apache.mina.filter.codec.textline.TextLineDecoder.decodeNormal, where the new position is
# the larger of 0 and the old one less matchCount.
# Needs a JDK (17 or later) and Maven on the PATH.
#
# Output seen, of two messages, "3-" and "4", as they are cut:
#   3---\n4--\n: [3-, 4]
#   3-- -\n4--\n: [3---\n4]
#   3--- \n4--\n: [3-, 4]
#   3 - - - \n 4 - - \n: [3---\n4]
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/pom.xml" <<XML
<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><dependencies>
<dependency><groupId>org.apache.mina</groupId><artifactId>mina-core</artifactId><version>2.2.5</version></dependency>
</dependencies></project>
XML
mvn -q -B -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DoutputDirectory="$dir/lib"
cat > "$dir/Cut.java" <<'JAVA'
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.mina.core.buffer.IoBuffer;
import org.apache.mina.core.filterchain.IoFilter.NextFilter;
import org.apache.mina.core.session.DummySession;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.filter.codec.ProtocolDecoderOutput;
import org.apache.mina.filter.codec.textline.LineDelimiter;
import org.apache.mina.filter.codec.textline.TextLineDecoder;

public class Cut {
    public static void main(String[] args) throws Exception {
        List<String> whole = decode("3---\n4--\n");
        List<String> behindTwo = decode("3--", "-\n4--\n");
        List<String> behindThree = decode("3---", "\n4--\n");
        List<String> singly = decode("3", "-", "-", "-", "\n", "4", "-", "-", "\n");
        List<String> right = List.of("3-", "4");
        List<String> together = List.of("3---\n4");
        System.exit(whole.equals(right) && behindTwo.equals(together) && behindThree.equals(right) && singly.equals(together) ? 0 : 1);
    }

    /** The messages of what arrives in these pieces. */
    static List<String> decode(String... pieces) throws Exception {
        TextLineDecoder decoder = new TextLineDecoder(StandardCharsets.US_ASCII, new LineDelimiter("--\n"));
        IoSession session = new DummySession();
        List<String> messages = new ArrayList<>();
        ProtocolDecoderOutput output = new ProtocolDecoderOutput() {
            @Override
            public void write(Object message) {
                messages.add((String) message);
            }

            @Override
            public void flush(NextFilter next, IoSession of) {
            }
        };
        for (String piece : pieces) {
            decoder.decode(session, IoBuffer.wrap(piece.getBytes(StandardCharsets.US_ASCII)), output);
        }
        System.out.println((String.join(" ", pieces) + ": " + messages).replace("\n", "\\n"));
        return messages;
    }
}
JAVA
"$java" -cp "$dir/lib/*" "$dir/Cut.java" 2> "$dir/err" || { code=$?; cat "$dir/err"; exit $code; }
