// Reads a list of JSON documents, and writes the list of what encoding/json makes of each; encoders.ts has the same in TypeScript.
package main

import (
	"bytes"
	"encoding/json"
	"os"
)

func encoded(document string) string {
	var value any
	if err := json.Unmarshal([]byte(document), &value); err != nil {
		panic(err)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	if os.Args[1] == "indented" {
		encoder.SetIndent("", "  ")
	}
	if err := encoder.Encode(value); err != nil {
		panic(err)
	}
	if os.Args[1] != "encoder" {
		out.Truncate(out.Len() - 1)
	}
	return out.String()
}

func main() {
	var documents, texts []string
	if err := json.NewDecoder(os.Stdin).Decode(&documents); err != nil {
		panic(err)
	}
	for _, document := range documents {
		texts = append(texts, encoded(document))
	}
	json.NewEncoder(os.Stdout).Encode(texts)
}
