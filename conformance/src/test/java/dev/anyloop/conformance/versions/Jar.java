package dev.anyloop.conformance.versions;

import java.nio.file.Path;

/**
 * A jar of a repository.
 *
 * @param classifier may be empty
 */
record Jar(String group, String artifact, String version, String classifier) {

    /** What it is called in its folder. */
    Path in(Path folder) {
        return folder.resolve(artifact + "-" + version + (classifier.isEmpty() ? "" : "-" + classifier) + ".jar");
    }

    /** For the dependency plugin of Maven. */
    String item(Path folder) {
        return "<artifactItem><groupId>" + group + "</groupId><artifactId>" + artifact + "</artifactId><version>" + version
                + "</version><classifier>" + classifier + "</classifier><outputDirectory>" + folder
                + "</outputDirectory></artifactItem>\n";
    }
}
