import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type CertificateKeeper, keepCertificate } from '../../../src/app/tls/keeper.ts'
import type { ServedCertificate } from '../../../src/app/tls/key-pair.ts'
import { createFaults, type Faults } from '../../../src/log/faults.ts'
import { createLogger } from '../../../src/log/log.ts'
import { eventually } from '../../support/eventually.ts'
import {
  makeAuthority,
  type TestAuthority,
  type TestCertificate,
} from '../../support/machine/certificates.ts'

let dir: string
let authority: TestAuthority
let keeper: CertificateKeeper | undefined
let faults: Faults
let renewals: ServedCertificate[]
let logged: string[]
const log = createLogger({ format: 'text', debug: false, write: (line) => logged.push(line) })

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'scope-keeper-'))
  authority = await makeAuthority()
  faults = createFaults({ nowMs: () => performance.now(), log })
  renewals = []
  logged = []
})
afterEach(() => {
  keeper?.stop()
  rmSync(dir, { recursive: true })
})

const files = () => ({ cert: join(dir, 'a.crt'), key: join(dir, 'a.key') })
/** As tools that renew certificates do: by a file of another name that takes its place. */
const put = (path: string, text: string): void => {
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}
const putBoth = ({ cert, key }: TestCertificate): void => {
  put(files().key, key)
  put(files().cert, cert)
}
const keep = async (): Promise<CertificateKeeper> => {
  keeper = await keepCertificate({
    source: { kind: 'files', files: files() },
    faults,
    log,
    nowMs: () => Date.now(),
    intervalMs: 20,
  })
  keeper.follow((_pair, served) => renewals.push(served))
  return keeper
}

it('takes a renewed certificate', async () => {
  putBoth(await authority.issue(['localhost']))
  const kept = await keep()
  const before = kept.served
  putBoth(await authority.issue(['localhost']))
  await eventually('the renewal', () => renewals.length > 0)
  await eventually('no fault', () => faults.all().length === 0)
  expect(kept.served.fingerprint).not.toBe(before.fingerprint)
  expect(renewals.at(-1)).toEqual(kept.served)
  expect(kept.served.isSelfSigned).toBe(false)
})

it('keeps the old one while the new one is broken, and says so until it is mended', async () => {
  const first = await authority.issue(['localhost'])
  putBoth(first)
  const kept = await keep()
  const second = await authority.issue(['localhost'])
  put(files().cert, second.cert)
  const [fault] = await eventually('a fault', () => (faults.all().length > 0 ? faults.all() : undefined))
  expect(fault).toMatchObject({ id: 'tls' })
  expect(fault?.reason).toMatch(/a\.key is not that of the certificate/)
  expect(kept.pair.cert).toBe(first.cert)
  expect(renewals).toEqual([])
  put(files().key, second.key)
  await eventually('the end of the fault', () => faults.all().length === 0)
  expect(kept.pair.cert).toBe(second.cert)
})

it('shows a fault while the certificate has expired', async () => {
  putBoth(await authority.issue(['localhost'], -1))
  await keep()
  expect(faults.all()[0]?.reason).toMatch(/the certificate expired at/)
  putBoth(await authority.issue(['localhost']))
  await eventually('the end of the fault', () => faults.all().length === 0)
})

it('warns of a key that every user may read', async () => {
  putBoth(await authority.issue(['localhost']))
  chmodSync(files().key, 0o640)
  await keep()
  expect(logged.join()).not.toContain('private key')
  keeper?.stop()
  chmodSync(files().key, 0o644)
  await keep()
  expect(logged.join()).toContain('every user of this machine may read the private key')
})

it('does not start with a broken one', async () => {
  putBoth({ ...(await authority.issue(['localhost'])), key: 'nothing' })
  await expect(keep()).rejects.toThrow(/a\.key is not a private key/)
})
