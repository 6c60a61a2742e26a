package main

import (
	"flag"
	"fmt"
	"html"
	"net"
	"net/http"
	"os"
)

// hmi is a machine's operator panel: one HTML page with a given title; or, with --file, that file as it is.
//
//	wire hmi --title T [--listen :80] | --file F --type MIME
func hmi(args []string) error {
	flags := flag.NewFlagSet("hmi", flag.ContinueOnError)
	title := flags.String("title", "HMI", "the page's title")
	listen := flags.String("listen", ":80", "where to listen")
	file := flags.String("file", "", "a file to serve instead")
	kind := flags.String("type", "text/html; charset=utf-8", "its content type")
	if err := flags.Parse(args); err != nil {
		return err
	}
	safe := html.EscapeString(*title)
	body := []byte(fmt.Sprintf("<!doctype html>\n<html lang=\"en\"><head><title>%s</title></head>\n<body><h1>%s</h1></body></html>\n", safe, safe))
	if *file != "" {
		var err error
		if body, err = os.ReadFile(*file); err != nil {
			return err
		}
	}
	listener, err := net.Listen("tcp4", *listen)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	return http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", *kind)
		_, _ = w.Write(body)
	}))
}
