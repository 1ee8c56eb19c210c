#!/bin/sh
# Grizzly's StringFilter with a terminator of more than one byte, and Spring's search for one of two, find it where its bytes come one after
# the other with anything in between: of messages that end in an empty line, as many text protocols have them, a message ends at its second
# line, and the byte that lies where the terminator should begin is lost.
#
# Both remember how many bytes of the delimiter they have seen and do not forget it when another byte comes. "\n\n" is so found at any
# second "\n", "\r\n" at the first "\n" behind a lone "\r", "--" at the second hyphen of a date. Cut off is what they take for the delimiter
# by its length, so a byte of the text goes with it, and the next message begins in the middle of this one. Nothing fails. With one byte
# both are right, and so is Spring with three and more, for which it has the algorithm of Knuth, Morris and Pratt; lines that end in "\r\n"
# and contain neither byte alone, as everybody's tests have them, are right, too. Vert.x had the same until 2012.
#
# Seen with Grizzly 4.1.0 and Spring 7.0.7 (mended in 7.0.9), JDK 17 and 25. Source:
# org.glassfish.grizzly.utils.StringDecoder.parseWithTerminatingSeq; TwoByteMatcher in org.springframework.core.io.buffer.DataBufferUtils,
# https://github.com/spring-projects/spring-framework/pull/37053 (2026); https://github.com/eclipse-vertx/vert.x/issues/209.
# Needs a JDK (17 or later) and Maven on the PATH.
#
# Output seen (\n is a line feed, \r a carriage return):
#   Grizzly, "\n\n" in "id: 7\ndata: a\n\nid: 8\n\n": [id: 7\ndata: , \nid: ]
#   Grizzly, "\r\n" in "a\rbc\nd\r\n": [a\rb, d]
#   Grizzly, "--" in "2026-11-29--ok--": [2026-1, 29, ok]
#   Spring, "\r\n" in "a\rbc\nd\r\n": [a\rb, d]
#   Spring, "--" in "2026-11-29--ok--": [2026-1, 29, ok]
#   Spring, "==-" in "a==b-c==-": [a==b-c]
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/pom.xml" <<XML
<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><dependencies>
<dependency><groupId>org.glassfish.grizzly</groupId><artifactId>grizzly-framework</artifactId><version>4.1.0</version></dependency>
<dependency><groupId>org.springframework</groupId><artifactId>spring-core</artifactId><version>7.0.7</version></dependency>
<dependency><groupId>io.projectreactor</groupId><artifactId>reactor-core</artifactId><version>3.8.7</version></dependency>
</dependencies></project>
XML
mvn -q -B -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DoutputDirectory="$dir/lib"
cat > "$dir/Delimiters.java" <<'JAVA'
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.TransformationResult;
import org.glassfish.grizzly.attributes.AttributeHolder;
import org.glassfish.grizzly.attributes.AttributeStorage;
import org.glassfish.grizzly.attributes.DefaultAttributeBuilder;
import org.glassfish.grizzly.memory.Buffers;
import org.glassfish.grizzly.memory.MemoryManager;
import org.glassfish.grizzly.utils.StringDecoder;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;

public class Delimiters {
    static boolean asSeen = true;

    public static void main(String[] args) {
        tell("Grizzly", "\n\n", "id: 7\ndata: a\n\nid: 8\n\n", "id: 7\ndata: ", "\nid: ");
        for (String library : new String[] {"Grizzly", "Spring"}) {
            tell(library, "\r\n", "a\rbc\nd\r\n", "a\rb", "d");
            tell(library, "--", "2026-11-29--ok--", "2026-1", "29", "ok");
        }
        tell("Spring", "==-", "a==b-c==-", "a==b-c");
        System.exit(asSeen ? 0 : 1);
    }

    static void tell(String library, String delimiter, String text, String... seen) {
        List<String> messages = library.equals("Grizzly") ? grizzly(delimiter, text) : spring(delimiter, text);
        System.out.println((library + ", \"" + delimiter + "\" in \"" + text + "\": " + messages).replace("\n", "\\n").replace("\r", "\\r"));
        asSeen &= messages.equals(List.of(seen));
    }

    static List<String> grizzly(String delimiter, String text) {
        AttributeHolder attributes = new DefaultAttributeBuilder().createSafeAttributeHolder();
        AttributeStorage connection = () -> attributes;
        StringDecoder decoder = new StringDecoder(StandardCharsets.US_ASCII, delimiter);
        Buffer input = Buffers.wrap(MemoryManager.DEFAULT_MEMORY_MANAGER, text.getBytes(StandardCharsets.US_ASCII));
        List<String> messages = new ArrayList<>();
        while (input.hasRemaining()) {
            TransformationResult<Buffer, String> result = decoder.transform(connection, input);
            if (result.getStatus() != TransformationResult.Status.COMPLETE) {
                break;
            }
            messages.add(result.getMessage());
            decoder.release(connection);
        }
        return messages;
    }

    static List<String> spring(String delimiter, String text) {
        DataBufferUtils.Matcher matcher = DataBufferUtils.matcher(delimiter.getBytes(StandardCharsets.US_ASCII));
        DataBuffer input = DefaultDataBufferFactory.sharedInstance.wrap(text.getBytes(StandardCharsets.US_ASCII));
        List<String> messages = new ArrayList<>();
        for (int end = matcher.match(input); end >= 0; end = matcher.match(input)) { // end: index of the delimiter's last byte
            int start = input.readPosition();
            messages.add(text.substring(start, end + 1 - matcher.delimiter().length));
            input.readPosition(end + 1);
        }
        return messages;
    }
}
JAVA
"$java" -cp "$dir/lib/*" "$dir/Delimiters.java" 2> "$dir/err" || { code=$?; cat "$dir/err"; exit $code; }
