package dev.anyloop.http.grid;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import org.apache.catalina.Context;

/** Tomcat, embedded, with one servlet for everything. */
final class Tomcat {

    private Tomcat() {}

    static int start() throws Exception {
        org.apache.catalina.startup.Tomcat tomcat = new org.apache.catalina.startup.Tomcat();
        tomcat.setBaseDir(Files.createTempDirectory("grid").toString());
        tomcat.setHostname("127.0.0.1");
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        Context context = tomcat.addContext("", null);
        org.apache.catalina.startup.Tomcat.addServlet(context, "echo", new Echo()).addMapping("/");
        tomcat.start();
        return tomcat.getConnector().getLocalPort();
    }

    private static final class Echo extends HttpServlet {

        private static final long serialVersionUID = 1;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            String body = new String(request.getInputStream().readAllBytes(), ISO_8859_1);
            response.getOutputStream().write((request.getMethod() + " " + body).getBytes(ISO_8859_1));
        }
    }
}
