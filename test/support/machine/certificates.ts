import { KeyObject, webcrypto } from 'node:crypto'
import 'reflect-metadata'
import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'

/** A certificate and its key, as PEM. */
export interface TestCertificate {
  readonly cert: string
  readonly key: string
}

/** An authority that issues certificates of servers. */
export interface TestAuthority {
  /** PEM. */
  readonly cert: string
  /** @param dns names that it is for @param days how long it is valid from now on; negative = it has expired */
  issue(dns: readonly string[], days?: number): Promise<TestCertificate>
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY_MS = 86_400_000

const pemOf = (certificate: X509Certificate): string => `${certificate.toString('pem')}\n`

const makeKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])

const keyPem = async ({ privateKey }: webcrypto.CryptoKeyPair): Promise<string> =>
  KeyObject.from(privateKey).export({ type: 'pkcs8', format: 'pem' }).toString()

/** An authority of its own, which nobody trusts unless told. */
export const makeAuthority = async (): Promise<TestAuthority> => {
  const keys = await makeKeys()
  const own = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Test authority',
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + 365 * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [new BasicConstraintsExtension(true, 1, true)],
  })
  return {
    cert: pemOf(own),
    async issue(dns, days = 90) {
      const ofServer = await makeKeys()
      const issued = await X509CertificateGenerator.create({
        subject: `CN=${dns[0]}`,
        issuer: own.subject,
        notBefore: new Date(Date.now() - 365 * DAY_MS),
        notAfter: new Date(Date.now() + days * DAY_MS),
        signingAlgorithm: ALGORITHM,
        publicKey: ofServer.publicKey,
        signingKey: keys.privateKey,
        extensions: [
          new SubjectAlternativeNameExtension(dns.map((value) => ({ type: 'dns', value }) as const)),
        ],
      })
      return { cert: pemOf(issued), key: await keyPem(ofServer) }
    },
  }
}
