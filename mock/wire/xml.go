package wire

import "reflect"

func (a *API) appendEC2Output(b []byte, requestID, action string, s *shape, v reflect.Value) []byte {
	return b
}
func (a *API) appendQueryOutput(b []byte, requestID, action string, s *shape, v reflect.Value) []byte {
	return b
}
func appendEC2Error(b []byte, requestID string, e *Error) []byte              { return b }
func appendQueryError(b []byte, requestID, namespace string, e *Error) []byte { return b }
