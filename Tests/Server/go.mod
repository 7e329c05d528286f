module raymesh.io/load

go 1.19
