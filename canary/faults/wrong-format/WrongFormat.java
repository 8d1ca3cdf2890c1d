package dev.onceonly.canary;

final class WrongFormat
{
    private WrongFormat() { }
}
