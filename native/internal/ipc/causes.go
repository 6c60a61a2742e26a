package ipc

import "errors"

// Cause is why something did not work: the closed list of contract/causes.ts.
type Cause string

// The causes that helper and relay name.
const (
	CauseNameNotFound      Cause = "nameNotFound"
	CauseNoWay             Cause = "noWay"
	CauseProxyUnreachable  Cause = "proxyUnreachable"
	CauseProxyAuthRequired Cause = "proxyAuthRequired"
	CauseProxyAuthRefused  Cause = "proxyAuthRefused"
	CauseProxyForbids      Cause = "proxyForbids"
	CauseHelperMissing     Cause = "helperMissing"
	CauseHelperUntrusted   Cause = "helperUntrusted"
	CauseHelperMismatch    Cause = "helperMismatch"
	CauseBusy              Cause = "busy"
	CausePolicyForbids     Cause = "policyForbids"
	CauseOpenvpnMissing    Cause = "openvpnMissing"
	CauseOpenvpnDied       Cause = "openvpnDied"
	CauseAdapterFailed     Cause = "adapterFailed"
	CauseTicketRefused     Cause = "ticketRefused"
	CauseServerUntrusted   Cause = "serverUntrusted"
	CauseTunnelLost        Cause = "tunnelLost"
	CauseTunnelReplaced    Cause = "tunnelReplaced"
	CauseRevoked           Cause = "revoked"
	CauseNoLease           Cause = "noLease"
	CauseLeaseOutside      Cause = "leaseOutside"
	CauseAccountOverlap    Cause = "accountOverlap"
	CauseDialFirst         Cause = "dialFirst"
	CauseOverlap           Cause = "overlap"
	CauseRouteRefused      Cause = "routeRefused"
	CauseRouteFailed       Cause = "routeFailed"
	CauseBadRequest        Cause = "badRequest"
	CauseUnknownRequest    Cause = "unknownRequest"
	CauseDiskFault         Cause = "diskFault"
	CauseCancelled         Cause = "cancelled"
	CauseInternal          Cause = "internal"
)

var causes = words[Cause](
	"credentialsRefused", "codeRefused", "loginExpired", "signedOut", "weakPassword",
	CauseNameNotFound, CauseNoWay, CauseProxyUnreachable, CauseProxyAuthRequired, CauseProxyAuthRefused, CauseProxyForbids,
	"proxySettingInvalid", "certificateUntrusted", "certificateChanged", "tlsInspected", "clockWrong", "notAPortal",
	"portalFault",
	CauseHelperMissing, CauseHelperUntrusted, CauseHelperMismatch, CauseBusy, CausePolicyForbids, CauseOpenvpnMissing,
	CauseOpenvpnDied, CauseAdapterFailed,
	CauseTicketRefused, CauseServerUntrusted, CauseTunnelLost, CauseTunnelReplaced, CauseRevoked, CauseNoLease,
	CauseLeaseOutside, CauseAccountOverlap, "echoSilent",
	CauseDialFirst, "severalTunnels", "machineUnknown", "machineOffline", "networkUnknown", "rightsMissing", CauseOverlap,
	CauseRouteRefused, CauseRouteFailed, "routerSilent", "devicesSilent",
	CauseBadRequest, CauseUnknownRequest, "notFound", "nameTaken", "forbidden", "tooManyAttempts", "enrolmentRefused",
	"agentMissing", "keyringMissing", CauseDiskFault, CauseCancelled, CauseInternal,
)

// Failure is an error with its cause: made where it happens, carried over the wire by whoever answers the request.
type Failure struct {
	Cause  Cause
	Detail string
	Err    error
}

// Fail makes a Failure whose detail is the error's text.
func Fail(cause Cause, err error) *Failure {
	return &Failure{Cause: cause, Detail: err.Error(), Err: err}
}

func (failure *Failure) Error() string {
	if failure.Detail == "" {
		return string(failure.Cause)
	}
	if failure.Cause == "" {
		return failure.Detail
	}
	return string(failure.Cause) + ": " + failure.Detail
}

func (failure *Failure) Unwrap() error { return failure.Err }

// FailureOf gives the failure that an error stands for; what is not ours is internal.
func FailureOf(err error) *Failure {
	var failure *Failure
	if errors.As(err, &failure) {
		return failure
	}
	return Fail(CauseInternal, err)
}
