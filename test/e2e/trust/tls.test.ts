import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ProbeSummary } from '../../../src/api/types.ts'
import { EVENTUALLY_MS, eventually } from '../../support/eventually.ts'
import { openBrowser } from '../../support/machine/browser.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type Ended, type ScopeCommand, scopeCommand } from '../../support/scope/scope-command.ts'

const WAIT_MS = EVENTUALLY_MS
const OTHER = Array.from({ length: 32 }, () => '00').join(':')
/** What a second probe on this machine can do without. */
const LEAN = ['--no-ebpf', '--no-dns', '--probe.docker=false', '--probe.conntrack=false']

const run = (command: string, args: readonly string[], input = ''): Promise<Ended> =>
  new Promise((resolve) => {
    const child = execFile(command, args, { timeout: 90_000 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    )
    // One that is refused ends before it has read its input.
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })

describeWith(['root', 'ebpf', 'browser'], 'an app with a self-signed certificate', () => {
  let scope: ScopeCommand
  /** A probe on another machine, as far as the app can tell. */
  let elsewhere: ScopeCommand
  let browser: Browser
  let launched: Ended
  let port: number
  let fingerprint: string
  const certificate = () => join(scope.stateDir, 'app.tls.crt')
  const curl = (...args: string[]) => run('curl', ['-sS', '--max-time', '60', ...args])

  beforeAll(async () => {
    scope = scopeCommand()
    elsewhere = scopeCommand({ SCOPE_HOSTNAME: 'elsewhere' })
    launched = await scope('launch', '--app.http.address=:0', '--app.tls=self-signed')
    port = Number(/https:\/\/localhost:(\d+)/.exec(launched.stdout)?.[1])
    fingerprint = new X509Certificate(readFileSync(certificate())).fingerprint256
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await elsewhere?.dispose()
    await scope?.dispose()
  })

  it('is launched, and found by its own probe and commands by themselves', async () => {
    expect(launched).toMatchObject({ code: 0, stderr: '' })
    expect(launched.stdout).toContain(`${fingerprint}  (SHA-256; self-signed, valid until `)
    const status = await eventually('the report', async () => {
      const told = await scope('status')
      expect(told.code).toBe(0)
      return told.stdout.includes(`publishes to https://127.0.0.1:${port}: ok`) && told
    })
    expect(status.stdout).toContain(fingerprint)
    await eventually('the channel', () =>
      /probe\.channel: the app may .* app=https:/.test(
        readFileSync(join(scope.stateDir, 'probe.log'), 'utf8'),
      ),
    )
  })

  it('shows the page, which is pushed what it shows', async () => {
    const page = await browser.newPage({ ignoreHTTPSErrors: true })
    await page.goto(`https://localhost:${port}/`)
    await page.locator('[data-testid=stream][data-state=live]').waitFor({ timeout: WAIT_MS })
    await page.getByTestId('node').first().waitFor({ state: 'attached', timeout: WAIT_MS })
    await page.close()
  })

  it('is not shown by a browser that was told nothing of its certificate', async () => {
    const page = await browser.newPage()
    await expect(page.goto(`https://localhost:${port}/`)).rejects.toThrow('ERR_CERT_AUTHORITY_INVALID')
    await page.close()
  })

  it('is verified by programs with its certificate as the authority, and not without', async () => {
    for (const host of ['localhost', '127.0.0.1']) {
      const { code, stdout } = await curl('--cacert', certificate(), `https://${host}:${port}/health`)
      expect({ code, status: JSON.parse(stdout).status }).toEqual({ code: 0, status: 'ok' })
    }
    expect((await curl(`https://localhost:${port}/health`)).code).toBe(60)
  })

  it('tells users of the machine apart, over TLS too', async () => {
    const url = `https://127.0.0.1:${port}/api/probes`
    const status = ['-k', '-o', '/dev/null', '-w', '%{http_code}', url]
    expect((await curl(...status)).stdout).toBe('200')
    const asNobody = ['--reuid=nobody', '--clear-groups', 'curl', '-sS', '--max-time', '60', ...status]
    expect((await run('setpriv', asNobody)).stdout).toBe('401')
  })

  it('takes secrets from elsewhere, and keeps sessions to https', async () => {
    // To an address that is not loopback the machine itself is as good as another.
    const url = /https:\/\/(?!localhost)\S+(?=\/#code)/.exec(launched.stdout)?.[0]
    const token = (await scope('token')).stdout.trim()
    const own = ['--cacert', certificate(), '-o', '/dev/null', '-w', '%{http_code}', `${url}/api/probes`]
    expect((await curl(...own)).stdout).toBe('401')
    expect((await curl('-H', `Authorization: Bearer ${token}`, ...own)).stdout).toBe('200')
    const link = (await scope('token', '--link')).stdout
    const body = JSON.stringify({ code: /#code=(\S+)/.exec(link)?.[1] })
    const session = ['-i', '-H', 'Content-Type: application/json', '-d', body, `${url}/api/session`]
    const { stdout } = await curl('--cacert', certificate(), ...session)
    expect(stdout).toMatch(/^HTTP\/1\.1 200 /)
    expect(stdout).toMatch(/^set-cookie: .*; HttpOnly; Secure; SameSite=Strict\r?$/im)
  })

  it('says to use https when it is asked without', async () => {
    const { stdout } = await curl('-i', `http://127.0.0.1:${port}/`)
    expect(stdout).toMatch(/^HTTP\/1\.1 400 /)
    expect(stdout).not.toMatch(/^location:/im)
    expect(stdout).toContain('https_only')
  })

  it('speaks TLS 1.2 and 1.3 and nothing older', async () => {
    // Or else openssl itself would refuse to speak the old ones.
    const offer = (version: string) =>
      run('openssl', [
        ...['s_client', '-connect', `127.0.0.1:${port}`, '-CAfile', certificate()],
        ...[`-${version}`, '-cipher', 'DEFAULT@SECLEVEL=0'],
      ])
    for (const version of ['tls1_2', 'tls1_3']) {
      const { code, stdout } = await offer(version)
      expect(code).toBe(0)
      expect(stdout).toContain('Verify return code: 0 (ok)')
    }
    for (const version of ['tls1', 'tls1_1']) {
      const { code, stderr } = await offer(version)
      expect(code).not.toBe(0)
      expect(stderr).toMatch(/alert protocol version/)
    }
  })

  it('is refused loudly by a probe that was told another fingerprint, and taken with the right one', async () => {
    copyFileSync(join(scope.stateDir, 'cluster.key'), join(elsewhere.stateDir, 'cluster.key'))
    const probe = (told: string) =>
      elsewhere(
        ...['launch', '--no-app', ...LEAN, `--probe.tls.fingerprint=${told}`],
        `https://127.0.0.1:${port}`,
      )
    expect((await probe(OTHER)).code).toBe(0)
    const refused = await eventually('the refusal', async () => {
      const told = await elsewhere('status')
      return told.stdout.includes(': refused') && told
    })
    expect(refused.code).toBe(1)
    expect(refused.stdout).toContain(
      `PROBLEM: it cannot report to https://127.0.0.1:${port}: its certificate has the fingerprint ${fingerprint}, which is not the one named by --probe.tls.fingerprint: ${OTHER}`,
    )
    await elsewhere('stop')

    expect((await probe(fingerprint)).code).toBe(0)
    await eventually('the report', async () =>
      (await elsewhere('status')).stdout.includes(`publishes to https://127.0.0.1:${port}: ok`),
    )
    const { stdout } = await curl('--cacert', certificate(), `https://localhost:${port}/api/probes`)
    const hosts = (JSON.parse(stdout) as ProbeSummary[]).map(({ hostId }) => hostId)
    expect(hosts).toHaveLength(2)
    expect(hosts).toContain('elsewhere')
  })
})
