/** The address in the URL of an app as people write it, `10.0.0.5:4040`: the name under which its key is known. */
export const targetOf = (url: string): string => {
  const { protocol, hostname: host, port } = new URL(url)
  return `${host}:${port || (protocol === 'https:' ? 443 : 80)}`
}
