export const CHANNEL_BOOK = Symbol("leverframe.channel-book");
export const DISPATCHER = Symbol("leverframe.dispatcher");
export const DELIVERY_REGISTER = Symbol("leverframe.delivery-register");
export const SPEND_WATCH = Symbol("leverframe.spend-watch");
