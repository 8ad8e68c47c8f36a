import { once } from 'node:events'
import { createServer } from 'node:net'
import { ListenError, parseListenAddress } from '../../app/listen/address.ts'
import { listen } from '../../app/listen/listen.ts'
import { errorCode } from '../../log/error-code.ts'
import { findPortHolder, holderText } from './port-holder.ts'

/**
 * Checks whether the app could listen on `address`, by listening there briefly.
 *
 * @throws ListenError when it could not; if the port is taken, the message names the holder
 */
export async function checkListenAddress(address: string): Promise<void> {
  const server = createServer()
  const parsed = parseListenAddress(address)
  try {
    await listen(server, parsed, address)
  } catch (error) {
    throw isTaken(error) ? takenError(address, parsed.port, error) : error
  }
  server.close()
  await once(server, 'close')
}

const isTaken = (error: unknown): error is ListenError =>
  error instanceof ListenError && errorCode(error.cause) === 'EADDRINUSE'

const takenError = (address: string, port: number, cause: ListenError): ListenError => {
  const holder = holderText(findPortHolder(port))
  return new ListenError(
    `cannot listen on ${address}: ${holder} has that port; stop it, or choose another port with --app.http.address`,
    { cause },
  )
}
