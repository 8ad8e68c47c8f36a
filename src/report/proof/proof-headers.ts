/**
 * How a probe proves who it is and that it holds the app's cluster key, and how the app proves the latter back.
 *
 * Every `POST /api/report` carries the headers below. The probe signs one message that names the app's challenge (random
 * per start of the app, so that nothing recorded can be sent again after a restart), itself, its epoch and sequence
 * number, and the hash of the body as sent. The hash is a header too, so the app checks all that before it reads a byte of
 * the body, and reads none from a stranger. Without a valid challenge the app answers 401 with its own in
 * `Scope-Challenge`; the probe then sends again at once. A proof that does not hold under a valid challenge gets 403. On each
 * connection a probe begins with an empty body: an app that holds the key answers 204 and `Scope-App-Proof`, and only then is
 * it told anything.
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
  /** Request and 401 answer: the app's challenge. */
  challenge: 'scope-challenge',
  /** Answer: the app's own HMAC of the message. */
  appProof: 'scope-app-proof',
} as const
