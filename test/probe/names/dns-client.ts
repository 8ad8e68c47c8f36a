// Run as a program: for each line `NAME[:PORT] [@SERVER]` that it reads, it resolves the name (as the system does, or by the
// server), connects to the first address (on port 8443), and prints the address. What is connected stays so.
import { lookup, Resolver } from 'node:dns/promises'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'

const resolve = async (name: string, server: string | undefined): Promise<string> => {
  if (server === undefined) return (await lookup(name)).address
  const resolver = new Resolver()
  resolver.setServers([server])
  const addresses = await resolver.resolve4(name).catch(() => resolver.resolve6(name))
  return addresses[0] ?? ''
}

const attempt = (port: number, ip: string): Promise<void> =>
  new Promise((settled) => connect(port, ip, settled).on('error', () => settled()))

for await (const line of createInterface({ input: process.stdin })) {
  const [target = '', server] = line.split(' @')
  const [name = '', port = '8443'] = target.split(':')
  const ip = await resolve(name, server)
  await attempt(Number(port), ip)
  process.stdout.write(`${ip}\n`)
}
