/**
 * The headers with which a probe proves its identity and its knowledge of the app's cluster key, and with which the app
 * proves the latter in return.
 *
 * Every `POST /api/report` carries the request headers. The probe signs one message made of the app's challenge, the
 * probe id, epoch and sequence number, and the hash of the body as sent. The challenge is random per start of the app,
 * so a recorded request cannot be replayed after a restart. The hash is a header too: the app checks the whole proof
 * before it reads a byte of the body, and reads no body from a stranger.
 *
 * Without a valid challenge the app answers 401 with its own in `Scope-Challenge`, and the probe sends again at once. A
 * wrong proof for a valid challenge is answered with 403. On each new connection a probe first sends an empty body. An
 * app that holds the key answers 204 with `Scope-App-Proof`; only then does the probe send a report.
 */
export const proofHeaders = {
  probeId: 'scope-probe-id',
  epoch: 'scope-probe-epoch',
  seq: 'scope-probe-seq',
  /** Raw Ed25519 public key, base64url. */
  publicKey: 'scope-probe-key',
  /** Ed25519 signature of the message, base64url. */
  signature: 'scope-probe-signature',
  /** HMAC-SHA256 of the message under the cluster key, base64url. */
  clusterProof: 'scope-cluster-proof',
  /** SHA-256 of the body as sent, lower-case hex. */
  bodySha256: 'scope-body-sha256',
  /** In the request and in the 401 answer: the app's challenge. */
  challenge: 'scope-challenge',
  /** In the answer: the app's own HMAC of the message. */
  appProof: 'scope-app-proof',
} as const
