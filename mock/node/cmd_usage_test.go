package node

import "testing"
