#!/usr/bin/env bash
# Two test classes that inherit a @Nested class from the same superclass share one XML report up to Surefire 3.5.3, named after
# the superclass. Its header counts only the class that ran last: if the one before it failed, it says failures="0" over a
# failed test case, and whoever reads the header, as many tools do, sees a success. 3.5.4 writes a report for each class, and
# tests="0" failures="0" over its test cases. 3.5.5 is right. The build fails with all of them, but up to 3.5.3 the console
# counts half of the tests.
#
# Versions: maven-surefire-plugin 3.2.5, 3.5.3, 3.5.4 and 3.5.5, junit-jupiter 5.14.4; needs Maven and JDK 17 or later.
# Source: https://github.com/apache/maven-surefire/issues/2601 (SUREFIRE-2298), which tells of the names, not of the counts.
set -euo pipefail
export LC_ALL=C.UTF-8

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

mkdir -p src/test/java/demo
cat >src/test/java/demo/Contract.java <<'JAVA'
package demo;

import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

abstract class Contract {
    abstract String name();

    @Nested
    class Naming {
        @Test
        void hasAName() {
            assertFalse(name().isEmpty());
        }
    }
}
JAVA
echo 'package demo; class GoodTest extends Contract { String name() { return "good"; } }' >src/test/java/demo/GoodTest.java
echo 'package demo; class BadTest extends Contract { String name() { return ""; } }' >src/test/java/demo/BadTest.java
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>demo</groupId>
  <artifactId>demo</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.release>17</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
    <dependency>
      <groupId>org.junit.jupiter</groupId>
      <artifactId>junit-jupiter</artifactId>
      <version>5.14.4</version>
      <scope>test</scope>
    </dependency>
  </dependencies>
  <build>
    <plugins>
      <plugin>
        <artifactId>maven-compiler-plugin</artifactId>
        <version>3.16.0</version>
      </plugin>
      <plugin>
        <artifactId>maven-surefire-plugin</artifactId>
        <version>${surefire}</version>
        <configuration>
          <runOrder>alphabetical</runOrder>
        </configuration>
      </plugin>
    </plugins>
  </build>
</project>
XML

# run <version of Surefire>: the console's count, and each report that has test cases, with its header and what is inside
run() {
    local report
    echo "--- Surefire $1"
    mvn -B -ntp clean test -Dsurefire="$1" >log 2>&1 && echo "BUILD SUCCESS"
    grep -E '^\[ERROR\] Tests run: [0-9, a-zA-Z:]*$' log | tail -1
    for report in target/surefire-reports/TEST-*.xml; do
        ! grep -q '<testcase' "$report" || echo "$(basename "$report"): header" \
            "$(grep -m 1 '<testsuite ' "$report" | grep -oE '(tests|failures)="[0-9]+"' | sort -r | paste -sd ' ')," \
            "inside $(grep -c '<testcase' "$report") test cases, $(grep -c '<failure' "$report") failed"
    done
}

{ run 3.2.5 && run 3.5.3 && run 3.5.4 && run 3.5.5; } | tee seen
diff - seen <<'EXPECTED'
--- Surefire 3.2.5
[ERROR] Tests run: 1, Failures: 1, Errors: 0, Skipped: 0
TEST-demo.Contract$Naming.xml: header tests="1" failures="0", inside 2 test cases, 1 failed
--- Surefire 3.5.3
[ERROR] Tests run: 1, Failures: 1, Errors: 0, Skipped: 0
TEST-demo.Contract$Naming.xml: header tests="1" failures="0", inside 2 test cases, 1 failed
--- Surefire 3.5.4
[ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0
TEST-demo.BadTest.xml: header tests="0" failures="0", inside 1 test cases, 1 failed
TEST-demo.GoodTest.xml: header tests="0" failures="0", inside 1 test cases, 0 failed
--- Surefire 3.5.5
[ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0
TEST-demo.BadTest.xml: header tests="1" failures="1", inside 1 test cases, 1 failed
TEST-demo.GoodTest.xml: header tests="1" failures="0", inside 1 test cases, 0 failed
EXPECTED
echo "as described"
