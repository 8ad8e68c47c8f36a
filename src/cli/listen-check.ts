import { createServer } from 'node:net'
import { CommandError } from './usage-error.ts'
import { type HostPort, parseListenAddress } from './values.ts'

const option = '--app.http.address'

/** The error for an address the app cannot listen on, in the words of who chose it; `undefined` for any other error. */
export function listenError(address: string, error: unknown): CommandError | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const { host, port } = parseListenAddress(address)
  switch (code) {
    case 'EADDRINUSE':
      return new CommandError(
        `port ${port} is taken by another program; choose another with ${option}, for example ${option}=${host}:${port + 1 > 65_535 ? 4040 : port + 1}`,
      )
    case 'EACCES':
      return new CommandError(`port ${port} needs root; choose one above 1023 with ${option}`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new CommandError(`${host} is not an address of this machine; choose another with ${option}`)
    default:
      return undefined
  }
}

/** Tries whether the app could listen on `address`; throws the {@link listenError} when it could not. */
export async function checkListenAddress(address: string): Promise<void> {
  try {
    await listenAndClose(parseListenAddress(address))
  } catch (error) {
    throw listenError(address, error) ?? error
  }
}

function listenAndClose({ host, port }: HostPort): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ port, ...(host === '' ? {} : { host }) }, () => server.close(() => resolve()))
  })
}
