// SPDX-License-Identifier: GPL-3.0-or-later

// An echo server in Go: a goroutine for each connection, written as if its calls blocked. The
// runtime parks the goroutine and waits for all of them in one epoll.
//
// Go 1.19 or later. The runtime raises the soft limit on open files itself, and takes
// net.core.somaxconn as the backlog.
//
// Of a waiter's user memory the stack is 2 KiB, and what net keeps of a connection most of the rest. The
// buffer is 4 KiB more from the first request on: it lives on the heap, since it is handed to a method of
// an interface, and is not touched before. io.Copy(connection, connection) would splice through a pipe
// of its own for each that waits: no buffer, but two descriptors more.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"runtime"
	"sync/atomic"
)

var waiters atomic.Int64

func serve(connection net.Conn) {
	waiters.Add(1)
	defer waiters.Add(-1)
	defer connection.Close()
	buffer := make([]byte, 4096)
	for {
		got, err := connection.Read(buffer)
		if err != nil {
			return
		}
		if _, err := connection.Write(buffer[:got]); err != nil {
			return
		}
	}
}

// TCP_NODELAY is on by default in Go.
func acceptAll(listener net.Listener) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go serve(connection)
	}
}

// The kernel's threads, none of which is a waiter.
func threads() int {
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		log.Fatal(err)
	}
	return len(tasks)
}

func main() {
	host := flag.String("host", "127.0.0.1", "IPv4 address to listen on")
	flag.Parse()
	listener, err := net.Listen("tcp4", *host+":0")
	if err != nil {
		log.Fatal(err)
	}
	go acceptAll(listener)
	fmt.Println("listening", listener.Addr().(*net.TCPAddr).Port)
	for questions := bufio.NewScanner(os.Stdin); questions.Scan(); {
		switch questions.Text() {
		case "waiters":
			fmt.Println("waiters", waiters.Load())
		case "stats":
			fmt.Printf("model goroutines\nruntime Go %s\nruntime_threads %d\nend\n", runtime.Version()[2:], threads())
		}
	}
}
