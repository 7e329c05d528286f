module raymesh.io/benchmarks/webhook

go 1.19
