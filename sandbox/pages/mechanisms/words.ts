/** What the pages say, in Indonesian and English. */
const WORDS = {
  id: {
    brand: 'DOKU Wallet · Sandbox',
    createPinTitle: 'Buat PIN',
    createPinText: 'PIN 6 angka ini melindungi saldo Anda.',
    newPin: 'PIN baru',
    repeatPin: 'Ulangi PIN',
    pinsDiffer: 'Kedua PIN tidak sama. Coba lagi.',
    pinFormat: 'PIN harus 6 angka.',
    save: 'Simpan PIN',
    bindTitle: 'Hubungkan akun',
    bindText: 'ingin menghubungkan akun DOKU Anda.',
    agree: 'Setuju dan hubungkan',
    payTitle: 'Konfirmasi pembayaran',
    merchant: 'Toko',
    amount: 'Jumlah',
    balance: 'Saldo Anda',
    order: 'Nomor pesanan',
    note: 'Keterangan',
    pin: 'PIN',
    pay: 'Bayar',
    cancel: 'Batal',
    wrongPin: 'PIN salah. Periksa lalu coba lagi.',
    blocked: 'PIN Anda diblokir setelah tiga kali salah.',
    insufficient: 'Saldo tidak cukup untuk pembayaran ini.',
    paid: 'Pembayaran berhasil.',
    closed: 'Pembayaran ini sudah berakhir.',
    expired: 'Waktu pembayaran sudah habis.',
    cancelled: 'Pembayaran ini dibatalkan.',
    notFound: 'Halaman ini tidak ada atau sudah tidak berlaku.',
    done: 'Selesai',
    continue: 'Kembali ke toko',
  },
  en: {
    brand: 'DOKU Wallet · Sandbox',
    createPinTitle: 'Create a PIN',
    createPinText: 'This 6-digit PIN protects your balance.',
    newPin: 'New PIN',
    repeatPin: 'Repeat the PIN',
    pinsDiffer: 'The two PINs differ. Try again.',
    pinFormat: 'A PIN is 6 digits.',
    save: 'Save PIN',
    bindTitle: 'Link your account',
    bindText: 'wants to link your DOKU account.',
    agree: 'Agree and link',
    payTitle: 'Confirm the payment',
    merchant: 'Merchant',
    amount: 'Amount',
    balance: 'Your balance',
    order: 'Order number',
    note: 'Note',
    pin: 'PIN',
    pay: 'Pay',
    cancel: 'Cancel',
    wrongPin: 'Wrong PIN. Check it and try again.',
    blocked: 'Your PIN is blocked after three wrong tries.',
    insufficient: 'Your balance is too low for this payment.',
    paid: 'The payment succeeded.',
    closed: 'This payment has ended.',
    expired: 'The time to pay is over.',
    cancelled: 'This payment was cancelled.',
    notFound: 'This page does not exist or is no longer valid.',
    done: 'Done',
    continue: 'Back to the shop',
  },
} as const;

export type Language = keyof typeof WORDS;
export type Words = Readonly<Record<keyof (typeof WORDS)['id'], string>>;
export const wordsIn = (language: Language): Words => WORDS[language];

/** `?lang=` decides, then the browser's wish; Indonesian otherwise. */
export function languageOf(wanted: unknown, acceptLanguage: string | undefined): Language {
  if (wanted === 'id' || wanted === 'en') return wanted;
  return /^\s*en\b/i.test(acceptLanguage ?? '') ? 'en' : 'id';
}
