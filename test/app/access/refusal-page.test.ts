import { describe, expect, it } from 'vitest'
import { machineFor, refusalPage } from '../../../src/app/access/refusal-page.ts'

const page = async (change: Partial<Parameters<typeof refusalPage>[0]> = {}): Promise<string> =>
  String(
    await refusalPage({
      reason: 'it comes from afar',
      machine: 'vm',
      port: 4999,
      onLoopback: true,
      ...change,
    }),
  )

describe('the page for a browser that is not let in', () => {
  it('tells of the tunnel and of the token, with the real name and port', async () => {
    const text = await page()
    expect(text).toContain('it comes from afar')
    expect(text).toContain('ssh -N -L 4999:localhost:4999 vm<')
    expect(text).toContain('href="http://localhost:4999"')
    expect(text).toContain('Bearer TOKEN&#39; http://vm:4999/api'.replace('&#39;', "'"))
  })

  it('writes an IPv6 address as ssh and a URL take it', async () => {
    const text = await page({ machine: '2001:db8::7' })
    expect(text).toContain('localhost:4999 2001:db8::7<')
    expect(text).toContain('http://[2001:db8::7]:4999/api')
  })

  it('tells of no tunnel to where nothing listens', async () => {
    expect(await page({ onLoopback: false })).toContain('--app.http.address=127.0.0.1:4999')
  })

  it('shows as text what a header said', async () => {
    expect(await page({ reason: '<script>alert(1)</script>' })).not.toContain('<script>')
  })
})

it.each([
  ['192.168.1.5:4040', '192.168.1.5'],
  ['[2001:db8::7]:4040', '2001:db8::7'],
  ['box:4040', 'box'],
  ['BOX.example.net:4040', 'BOX.example.net'],
  ['evil.example:4040', undefined],
  ['a b', undefined],
  ['$(reboot)', undefined],
  [undefined, undefined],
])('a machine named box, asked as %s, is called %s', (host, called) => {
  expect(machineFor(host, 'box')).toBe(called)
})
