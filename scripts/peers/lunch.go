// One HTTPS answer on fd 0, in Go, the language of the original: lunch CHAIN.pem KEY.pem
package main

import (
	"bufio"
	"crypto/tls"
	"log"
	"net"
	"net/http"
	"os"
)

func main() {
	pair, err := tls.LoadX509KeyPair(os.Args[1], os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	wire, err := net.FileConn(os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	client := tls.Server(wire, &tls.Config{
		Certificates: []tls.Certificate{pair},
		// As lunchd: no later process could use one.
		SessionTicketsDisabled: true,
	})
	if _, err := http.ReadRequest(bufio.NewReader(client)); err != nil {
		log.Fatal(err)
	}
	answer := "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" +
		"Content-Length: 14\r\nConnection: close\r\n\r\n<h1>Soup</h1>\n"
	if _, err := client.Write([]byte(answer)); err != nil {
		log.Fatal(err)
	}
	client.Close()
}
