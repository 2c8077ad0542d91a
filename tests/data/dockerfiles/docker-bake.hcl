variable "REGISTRY" { default = "registry.example" }

group "default" { targets = ["web"] }

target "_common" {
  platforms = ["linux/amd64", "linux/arm64"]
}

target "web" {
  inherits = ["_common"]
  tags     = ["${REGISTRY}/web"]
}

target "elsewhere" {
  platforms = ["linux/s390x"]
}
