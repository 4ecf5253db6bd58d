import type { MessageKey } from '#platform/i18n/i18n.ts'

/** Why a password would be among the first tried, as it is said. Long enough it is already. */
export type Weakness = Extract<MessageKey, 'account.password.common' | 'account.password.address'>

/** Such as stand first in lists of passwords that were found out, from ten characters on. */
const common = new Set(
  `0123456789 1234567890 12345678910 123456789a 123456789q 1234567891 1234554321 1029384756 0987654321 9876543210
  1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc qazwsxedcrfv zaq12wsxcde3 q1w2e3r4t5 q1w2e3r4t5y6 qwertyuiop qwerty1234 qwerty12345
  qwerty123456 asdfghjkl1 asdfghjklm azertyuiop azerty1234 azerty12345 azerty123456 qwertzuiop abcdefghij abcd123456
  abcdef1234 a123456789 aa12345678 password12 password123 password1234 passw0rd123 p@ssw0rd123 p@ssword123 motdepasse
  motdepasse1 motdepasse12 motdepasse123 contraseña contrasena contraseña1 contrasena123 palavrapasse minhasenha
  senha123456 iloveyou12 iloveyou123 jetaime123 jetaime1234 teamo12345 bonjour123 bonjour1234 changeme123 changezmoi
  welcome123 welcome1234 bienvenue1 bienvenue123 administrator administrateur administrador admin12345 letmein123
  football123 baseball123 superman123 princess123 monkey12345 dragon12345 sunshine123 michael123 nicolas123 marseille13
  loulou1234 doudou1234 chouchou123 soleil1234 vacances123 cordee1234 cordée1234 cordee2026`.split(/\s+/),
)

/** @returns null for one that is neither common, nor made of nothing, nor of the address */
export function passwordWeakness(password: string, email: string): Weakness | null {
  const plain = password.toLowerCase()
  if (common.has(plain) || isOneStep(plain) || new Set(plain).size < 4) return 'account.password.common'
  const own = [email, email.split('@')[0] ?? ''].filter(part => part.length >= 4)
  return own.some(part => plain.includes(part.toLowerCase())) ? 'account.password.address' : null
}

/** From one sign to the next always the same step: abcdefghij, 9876543210, aaaaaaaaaa. */
function isOneStep(text: string): boolean {
  const codes = [...text].map(sign => sign.codePointAt(0) ?? 0)
  const step = (codes[1] ?? 0) - (codes[0] ?? 0)
  return (
    Math.abs(step) <= 1 &&
    codes.every((code, index) => index === 0 || code - (codes[index - 1] ?? 0) === step)
  )
}
