// What the launcher says, before the program's own translations are built.
const messages = {
  installing: {
    fr: 'Installation des bibliothèques (la première fois, une à deux minutes)…',
    en: 'Installing the libraries (the first time, a minute or two)…',
    es: 'Instalación de las bibliotecas (la primera vez, uno o dos minutos)…',
    pt: 'Instalação das bibliotecas (na primeira vez, um a dois minutos)…',
  },
  waiting: {
    fr: 'Une autre commande prépare Cordée ; attente…',
    en: 'Another command is setting Cordée up; waiting…',
    es: 'Otra orden está preparando Cordée; esperando…',
    pt: 'Outro comando está a preparar o Cordée; a aguardar…',
  },
  building: {
    fr: 'Construction du programme…',
    en: 'Building the program…',
    es: 'Construcción del programa…',
    pt: 'Construção do programa…',
  },
  installingChromium: {
    fr: 'Installation de Chromium pour les essais dans un navigateur…',
    en: 'Installing Chromium for the browser tests…',
    es: 'Instalación de Chromium para las pruebas en un navegador…',
    pt: 'Instalação do Chromium para os testes num navegador…',
  },
  noChromium: {
    fr: 'Pas de Chromium ({reason}) : les essais dans un navigateur sont sautés. CHROMIUM=/chemin/du/navigateur en désigne un.',
    en: 'No Chromium ({reason}): the browser tests are skipped. CHROMIUM=/path/of/browser names one.',
    es: 'No hay Chromium ({reason}): se omiten las pruebas en un navegador. CHROMIUM=/ruta/del/navegador indica uno.',
    pt: 'Sem Chromium ({reason}): os testes num navegador são omitidos. CHROMIUM=/caminho/do/navegador indica um.',
  },
  installFailed: {
    fr: 'Les bibliothèques n’ont pas pu être installées (npm a répondu {code}). Vérifiez l’accès au réseau et la place sur le disque, puis recommencez.',
    en: 'The libraries could not be installed (npm answered {code}). Check the network and the disk space, then try again.',
    es: 'No se han podido instalar las bibliotecas (npm respondió {code}). Compruebe la red y el espacio en disco y vuelva a intentarlo.',
    pt: 'Não foi possível instalar as bibliotecas (o npm respondeu {code}). Verifique a rede e o espaço em disco e tente de novo.',
  },
  buildFailed: {
    fr: 'Le programme n’a pas pu être construit.',
    en: 'The program could not be built.',
    es: 'No se ha podido construir el programa.',
    pt: 'Não foi possível construir o programa.',
  },
  notWritable: {
    fr: 'Le dossier {folder} n’est pas modifiable par cet utilisateur, et l’installation n’y est pas à jour. Lancez Cordée une fois avec le compte à qui il appartient.',
    en: 'This user may not write to the folder {folder}, where the installation is not current. Start Cordée once as its owner.',
    es: 'Este usuario no puede escribir en la carpeta {folder}, donde la instalación no está al día. Inicie Cordée una vez con la cuenta propietaria.',
    pt: 'Este utilizador não pode escrever na pasta {folder}, onde a instalação não está atualizada. Inicie o Cordée uma vez com a conta proprietária.',
  },
  noNode: {
    fr: 'Cordée a besoin de Node 24, qui n’est pas fourni pour {platform} : installez-le, puis recommencez.',
    en: 'Cordée needs Node 24, which is not provided for {platform}: install it, then try again.',
    es: 'Cordée necesita Node 24, que no se suministra para {platform}: instálelo y vuelva a intentarlo.',
    pt: 'O Cordée precisa do Node 24, que não é fornecido para {platform}: instale-o e tente de novo.',
  },
  cannotRun: {
    fr: 'Impossible de lancer {command} : {reason}',
    en: 'Cannot run {command}: {reason}',
    es: 'No se puede ejecutar {command}: {reason}',
    pt: 'Não é possível executar {command}: {reason}',
  },
}

/** The message in the language of the environment; French where that says nothing. */
export function message(key, params = {}) {
  return messages[key][language()].replace(/\{(\w+)\}/g, (_, name) => String(params[name]))
}

function language() {
  const { LC_ALL, LC_MESSAGES, LANGUAGE, LANG } = process.env
  const asked = (LC_ALL || LC_MESSAGES || LANGUAGE || LANG || '').slice(0, 2).toLowerCase()
  return ['fr', 'en', 'es', 'pt'].includes(asked) ? asked : 'fr'
}
