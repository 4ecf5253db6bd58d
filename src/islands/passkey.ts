import type { PasskeyWords } from '#ui/passkey-button.tsx'

type Json = Record<string, unknown>

/**
 * Puts a button where the page leaves room for one (see ui/passkey-button.tsx): signs in by a
 * passkey, or adds one to the account. Browsers without passkeys get none.
 */
export function wake(place: HTMLElement): void {
  if (!('PublicKeyCredential' in window) || place.dataset.awake !== undefined) return
  place.dataset.awake = ''
  const words = JSON.parse(place.dataset.words ?? '{}') as PasskeyWords
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'button quiet'
  button.textContent = words.label
  const said = document.createElement('p')
  said.setAttribute('role', 'status')
  place.replaceChildren(button, said)
  button.addEventListener('click', async () => {
    button.disabled = true
    said.textContent = ''
    try {
      await (place.dataset.kind === 'register' ? register() : signIn())
      location.assign(place.dataset.next ?? '/')
    } catch (error) {
      button.disabled = false
      // Closing the browser's own window is no failure.
      const given = error instanceof Refusal ? error.code : error instanceof DOMException ? error.name : ''
      if (given === 'NotAllowedError' || given === 'AbortError') return
      said.textContent = given === 'SESSION_NOT_FRESH' ? words.fresh : words.failed
    }
  })
}

async function signIn(): Promise<void> {
  const options = await ask('generate-authenticate-options')
  const credential = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      // The one who signs in must be known to the device: a passkey stands for password and second factor.
      userVerification: 'required',
      allowCredentials: descriptors(options.allowCredentials),
    } as PublicKeyCredentialRequestOptions,
  })
  await ask('verify-authentication', { response: written(credential as PublicKeyCredential) })
}

async function register(): Promise<void> {
  const options = await ask('generate-register-options')
  const user = options.user as Json
  const credential = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...user, id: bytes(user.id) },
      excludeCredentials: descriptors(options.excludeCredentials),
    } as unknown as PublicKeyCredentialCreationOptions,
  })
  await ask('verify-registration', { response: written(credential as PublicKeyCredential) })
}

class Refusal extends Error {
  readonly code: string

  constructor(code: string) {
    super(code)
    this.code = code
  }
}

async function ask(what: string, body?: Json): Promise<Json> {
  const answer = await fetch(`/api/auth/passkey/${what}`, {
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  })
  const said = (await answer.json().catch(() => ({}))) as Json
  if (!answer.ok) throw new Refusal(String(said.code ?? ''))
  return said
}

/** The credential as JSON: as `toJSON()` has it, which not every browser knows yet. */
function written(credential: PublicKeyCredential): Json {
  const { response } = credential
  const common = {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
  }
  const clientDataJSON = text(response.clientDataJSON)
  if (response instanceof AuthenticatorAttestationResponse) {
    const attestationObject = text(response.attestationObject)
    return {
      ...common,
      response: { clientDataJSON, attestationObject, transports: response.getTransports?.() ?? [] },
    }
  }
  const { authenticatorData, signature, userHandle } = response as AuthenticatorAssertionResponse
  return {
    ...common,
    response: {
      clientDataJSON,
      authenticatorData: text(authenticatorData),
      signature: text(signature),
      userHandle: userHandle ? text(userHandle) : undefined,
    },
  }
}

function descriptors(given: unknown): PublicKeyCredentialDescriptor[] {
  const all = Array.isArray(given) ? (given as Json[]) : []
  return all.map(one => ({ ...one, type: 'public-key', id: bytes(one.id) }))
}

function bytes(given: unknown): Uint8Array<ArrayBuffer> {
  const plain = atob(String(given).replace(/-/g, '+').replace(/_/g, '/'))
  return Uint8Array.from(plain, sign => sign.charCodeAt(0))
}

function text(buffer: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(buffer))
  return btoa(plain).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}
