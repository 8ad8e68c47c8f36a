/**
 * The headers with which a probe proves its identity and its knowledge of the app's cluster key, and with which the app
 * proves in return that it holds the cluster key and a key of its own.
 *
 * Every `POST /api/report` carries the request headers. The probe signs one message made of the purpose, the app's
 * challenge, the probe id, epoch and sequence number, and the hash of the body as sent. The challenge is random per start
 * of the app, so a recorded request cannot be replayed after a restart. The hash is a header too: the app checks the
 * whole proof before it reads a byte of the body, and reads no body from a stranger.
 *
 * Without a valid challenge the app answers 401 with its own in `Scope-Challenge`, and the probe sends again at once. A
 * wrong proof for a valid challenge is answered with 403. On each new connection a probe first sends an empty body. An
 * app that holds the cluster key answers 204 with the headers of the app, see `app-proof.ts`, and with its limits, see
 * `terms.ts`; only then does the probe send a report. An app that holds another cluster key answers 403 with its own key and the signature of its refusal; when it
 * takes reports of unverified probes, the body says within which limits. These are proven for the purpose `unverified`, without
 * a cluster proof.
 *
 * A probe that stops sends `DELETE` with the same headers, for the purpose of a goodbye, to an app that says that it takes
 * that.
 *
 * The channel is opened with the same headers, for the purpose of a channel. Each side adds a fresh X25519 key, see
 * `channel-keys.ts`, and the proofs cover both.
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
  /** SHA-256 of the body as sent, lower-case hex; of a channel, of the text of `exchange`. */
  bodySha256: 'scope-body-sha256',
  /** In the request and in the 401 answer: the app's challenge. */
  challenge: 'scope-challenge',
  /** Of a channel, in the request and in the answer: a fresh X25519 public key, base64url. */
  exchange: 'scope-exchange-key',
  /** In the answer: HMAC-SHA256 of the app's message under the cluster key. */
  appProof: 'scope-app-proof',
  /** In the answer: the app's own raw Ed25519 public key, base64url. */
  appKey: 'scope-app-key',
  /** In the answer: Ed25519 signature of the app's message or of its refusal, base64url. */
  appSignature: 'scope-app-signature',
} as const
