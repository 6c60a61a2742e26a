module anslut/native

go 1.26
