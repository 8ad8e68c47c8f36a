import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'
import { type ListenAddress, ListenError } from './address.ts'

/**
 * Starts listening.
 *
 * @returns the port, also when 0 was asked for
 * @throws {ListenError} when the port is taken, the address is not of this machine, or the port needs more rights
 */
export const listen = async (server: Server, address: ListenAddress, asGiven: string): Promise<number> => {
  try {
    return await open(server, address.host ?? '::', address.port)
  } catch (error) {
    const code = codeOf(error)
    if (address.host === undefined && (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL')) {
      // The machine has no IPv6.
      return listen(server, { ...address, host: '0.0.0.0' }, asGiven)
    }
    throw new ListenError(`cannot listen on ${asGiven}: ${reasonOf(code, error)}`, { cause: error })
  }
}

const open = async (server: Server, host: string, port: number): Promise<number> => {
  server.listen({ host, port })
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

const reasonOf = (code: string | undefined, error: unknown): string => {
  switch (code) {
    case 'EADDRINUSE':
      return 'another program has that port; stop it, or choose another port with --app.http.address'
    case 'EADDRNOTAVAIL':
      return 'this machine has no such address'
    case 'EACCES':
      return 'a port below 1024 needs more rights; choose another with --app.http.address'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the host name has no address'
    default:
      return error instanceof Error ? error.message : String(error)
  }
}

/**
 * URLs at which people reach the app, the most convenient first: `localhost` and the machine's addresses when it
 * listens on all. Of an app that listens on IPv4 alone it is 127.0.0.1: browsers take `localhost` for ::1, too, where every user
 * of the machine could listen, and take the code of a link.
 *
 * @param interfaces of the machine
 */
export const urlsOf = (
  { host }: ListenAddress,
  port: number,
  scheme: 'http' | 'https' = 'http',
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): string[] => {
  if (host !== undefined && host !== '0.0.0.0' && host !== '::') return [urlOf(scheme, host, port)]
  const outside = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address, family }) => !internal && (family === 'IPv4' || !/^fe80:/i.test(address)))
    .filter(({ family }) => host !== '0.0.0.0' || family === 'IPv4')
    .map(({ address }) => urlOf(scheme, address, port))
  return [urlOf(scheme, host === '0.0.0.0' ? '127.0.0.1' : 'localhost', port), ...outside]
}

const urlOf = (scheme: string, host: string, port: number): string =>
  `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`
