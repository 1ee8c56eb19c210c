#!/usr/bin/env bash
# Maven Surefire 2.22.2, with JUnit 6 and its launcher on the test class path, runs every test, hears of none and says
# BUILD SUCCESS, though a test fails: "Tests run: 0", and reports with tests="0". Its listener looks for
# org.junit.platform.launcher.listeners.LegacyReportingUtils, which JUnit 6 has not any more; JUnit logs a warning for each
# event that the listener cannot take, and goes on. Surefire 3.6.1 says BUILD FAILURE for the same project.
#
# Versions: maven-surefire-plugin 2.22.2 and 3.6.1, junit-jupiter 6.1.3, junit-platform-launcher 6.1.3; needs Maven and JDK 17
# or later. Source: org.apache.maven.surefire.junitplatform.RunListenerAdapter of 2.22.2, getLegacyReportingClassName;
# org.junit.platform.launcher.core.CompositeTestExecutionListener of 6.1.3, notifyEach.
set -euo pipefail
export LC_ALL=C.UTF-8

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

mkdir -p src/test/java/demo
cat >src/test/java/demo/WrongTest.java <<'JAVA'
package demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class WrongTest {
    @Test
    void twoAndTwoAreFive() {
        System.out.println("the test runs");
        assertEquals(5, 2 + 2);
    }
}
JAVA
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
      <version>6.1.3</version>
      <scope>test</scope>
    </dependency>
    <dependency>
      <groupId>org.junit.platform</groupId>
      <artifactId>junit-platform-launcher</artifactId>
      <version>6.1.3</version>
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
      </plugin>
    </plugins>
  </build>
</project>
XML

# run <version of Surefire>: what of it matters
run() {
    mvn -B -ntp clean test -Dsurefire="$1" >log 2>&1 || true
    echo "--- Surefire $1"
    grep -E '^the test runs|^\[[A-Z]+\] Tests run: [0-9, a-zA-Z:]*$|BUILD' log | uniq
    grep -ohE '^[a-z.A-Z]*NoClassDefFoundError.*' log | sort -u || true
    grep -ohE ' tests="[0-9]+"' target/surefire-reports/TEST-demo.WrongTest.xml
}

run 2.22.2 | tee old
run 3.6.1 | tee new

grep -qx 'the test runs' old
grep -qx '\[INFO\] Tests run: 0, Failures: 0, Errors: 0, Skipped: 0' old
grep -qx '\[INFO\] BUILD SUCCESS' old
grep -qx 'java.lang.NoClassDefFoundError: org/junit/platform/launcher/listeners/LegacyReportingUtils' old
grep -qx ' tests="0"' old
grep -qx '\[INFO\] BUILD FAILURE' new
grep -qx ' tests="1"' new
echo "as described"
