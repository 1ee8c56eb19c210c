package dev.anyloop.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

class DatagramEchoTest {

    @OnEachBackend
    void everyDatagramComesBack(String backend) throws Exception {
        try (Program echo = Program.start(backend, DatagramEcho.class, 0);
                DatagramSocket client = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            client.setSoTimeout(30_000);
            InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), echo.port());
            for (String text : List.of("hello", "", "QUIT\n")) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                client.send(new DatagramPacket(bytes, bytes.length, server));
                DatagramPacket answer = new DatagramPacket(new byte[100], 100);
                client.receive(answer);
                assertEquals(text, new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8));
            }
            assertEquals("Stopped by QUIT.", echo.end(0).get(0));
        }
    }
}
