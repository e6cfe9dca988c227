package mock

import (
	"cmp"
	"fmt"
	"net/http"

	"github.com/musterhq/muster/mock/ec2"
	"github.com/musterhq/muster/mock/world"
)

// Capacity bounds what EC2 has of an instance type.
type Capacity = ec2.Capacity

// Quota bounds how many virtual processors an account may run.
type Quota = ec2.Quota

// SetCapacity bounds what EC2 has of a type in a zone from now on: a launch or a start
// beyond it is answered with InsufficientInstanceCapacity, or Unsupported where the type
// is not offered. It takes the place of an earlier bound of the same type, zone and market.
func (s *Server) SetCapacity(scope world.Scope, c Capacity) (err error) {
	s.world.Do(func() { err = s.ec2.SetCapacity(scope, c) })
	if err != nil {
		return fmt.Errorf("set the capacity of %s in %s: %w", scope.Account, scope.Region, err)
	}
	return nil
}

// Capacities lists the bounds of a scope, oldest first, as they stand.
func (s *Server) Capacities(scope world.Scope) (list []Capacity) {
	s.world.Do(func() { list = s.ec2.Capacities(scope) })
	return list
}

// ClearCapacity ends all bounds of a scope.
func (s *Server) ClearCapacity(scope world.Scope) { s.world.Do(func() { s.ec2.ClearCapacity(scope) }) }

// SetQuota bounds how many virtual processors a scope may run: a launch beyond it is
// answered with VcpuLimitExceeded, or MaxSpotInstanceCountExceeded.
func (s *Server) SetQuota(scope world.Scope, q Quota) (err error) {
	s.world.Do(func() { err = s.ec2.SetQuota(scope, q) })
	if err != nil {
		return fmt.Errorf("set the quota of %s in %s: %w", scope.Account, scope.Region, err)
	}
	return nil
}

// Quota reads a scope's quota.
func (s *Server) Quota(scope world.Scope) (q Quota) {
	s.world.Do(func() { q = s.ec2.QuotaOf(scope) })
	return q
}

// CapacityRequest is the body of POST /_muster/capacity. Account and region are those of
// Here unless given.
type CapacityRequest struct {
	Account string `json:"account,omitempty"`
	Region  string `json:"region,omitempty"`
	Capacity
}

func (s *Server) controlCapacity(r *http.Request) (any, error) {
	var req CapacityRequest
	if err := read(r, &req); err != nil {
		return nil, err
	}
	scope := world.Scope{Account: cmp.Or(req.Account, Here.Account), Region: cmp.Or(req.Region, Here.Region)}
	if err := s.SetCapacity(scope, req.Capacity); err != nil {
		return nil, err
	}
	return s.Capacities(scope), nil
}

// QuotaRequest is the body of POST /_muster/quotas. Account and region are those of Here
// unless given.
type QuotaRequest struct {
	Account string `json:"account,omitempty"`
	Region  string `json:"region,omitempty"`
	Quota
}

func (s *Server) controlQuota(r *http.Request) (any, error) {
	var req QuotaRequest
	if err := read(r, &req); err != nil {
		return nil, err
	}
	scope := world.Scope{Account: cmp.Or(req.Account, Here.Account), Region: cmp.Or(req.Region, Here.Region)}
	if err := s.SetQuota(scope, req.Quota); err != nil {
		return nil, err
	}
	return s.Quota(scope), nil
}

// scopeOf is the scope that a request without a body names, Here unless it does.
func scopeOf(r *http.Request) world.Scope {
	q := r.URL.Query()
	return world.Scope{Account: cmp.Or(q.Get("account"), Here.Account), Region: cmp.Or(q.Get("region"), Here.Region)}
}
