module anslut.example/lab/wire

go 1.26
